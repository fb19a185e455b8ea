{{ mapped_records('stock_levels') }}
