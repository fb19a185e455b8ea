{{ union_sources('subscriptions') }}
