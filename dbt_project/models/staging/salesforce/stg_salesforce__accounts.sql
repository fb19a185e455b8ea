{{ latest_of(ref('base_salesforce__accounts_logged')) }}
