{{ latest_of(ref('base_vtiger__users_logged')) }}
