{{ config(materialized='view') }}
{{ mapped_log('opportunities') }}
