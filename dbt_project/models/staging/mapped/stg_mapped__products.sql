{{ latest_of(ref('base_mapped__products_logged')) }}
