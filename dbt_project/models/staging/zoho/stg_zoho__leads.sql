{{ latest_of(ref('base_zoho__leads_logged')) }}
