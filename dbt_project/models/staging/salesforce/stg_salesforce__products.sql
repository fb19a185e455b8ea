{{ latest_of(ref('base_salesforce__products_logged')) }}
