{{ latest_of(ref('base_salesforce__opportunities_logged')) }}
