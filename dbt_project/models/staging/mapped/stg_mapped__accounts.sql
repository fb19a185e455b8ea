{{ latest_of(ref('base_mapped__accounts_logged')) }}
