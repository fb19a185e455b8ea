{{ latest_of(ref('base_dynamics__users_logged')) }}
