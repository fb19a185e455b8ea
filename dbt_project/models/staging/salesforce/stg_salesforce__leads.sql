{{ latest_of(ref('base_salesforce__leads_logged')) }}
