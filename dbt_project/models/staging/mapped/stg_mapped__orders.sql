{{ mapped_records('orders') }}
