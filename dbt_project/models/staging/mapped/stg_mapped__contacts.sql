{{ latest_of(ref('base_mapped__contacts_logged')) }}
