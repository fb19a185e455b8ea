{{ mapped_records('subscriptions') }}
