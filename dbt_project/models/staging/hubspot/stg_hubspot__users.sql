{{ latest_of(ref('base_hubspot__users_logged')) }}
