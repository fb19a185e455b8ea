{{ config(materialized='view') }}
{{ mapped_log('accounts') }}
