{{ latest_of(ref('base_zoho__users_logged')) }}
