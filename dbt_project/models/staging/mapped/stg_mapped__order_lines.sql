{{ mapped_records('order_lines') }}
