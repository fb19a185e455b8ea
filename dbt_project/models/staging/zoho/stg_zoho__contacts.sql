{{ latest_of(ref('base_zoho__contacts_logged')) }}
