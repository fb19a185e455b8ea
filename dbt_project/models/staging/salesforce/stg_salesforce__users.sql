{{ latest_of(ref('base_salesforce__users_logged')) }}
