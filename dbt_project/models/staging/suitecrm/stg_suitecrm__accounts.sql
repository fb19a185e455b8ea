{{ latest_of(ref('base_suitecrm__accounts_logged')) }}
