{{ mapped_records('exchange_rates') }}
