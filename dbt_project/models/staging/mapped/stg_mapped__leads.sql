{{ latest_of(ref('base_mapped__leads_logged')) }}
