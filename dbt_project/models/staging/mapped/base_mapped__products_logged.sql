{{ config(materialized='view') }}
{{ mapped_log('products') }}
