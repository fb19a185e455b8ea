{{ latest_of(ref('base_mapped__users_logged')) }}
