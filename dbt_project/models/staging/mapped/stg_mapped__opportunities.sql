{{ latest_of(ref('base_mapped__opportunities_logged')) }}
