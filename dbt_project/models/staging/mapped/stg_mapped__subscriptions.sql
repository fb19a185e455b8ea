{{ latest_of(ref('base_mapped__subscriptions_logged')) }}
