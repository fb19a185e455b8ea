{{ record_versions('products') }}
