{{ record_versions('subscriptions') }}
