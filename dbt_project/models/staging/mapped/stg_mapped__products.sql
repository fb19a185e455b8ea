{{ mapped_records('products') }}
