{{ latest_of(ref('base_hubspot__contacts_logged')) }}
