{{ latest_of(ref('base_salesforce__contacts_logged')) }}
