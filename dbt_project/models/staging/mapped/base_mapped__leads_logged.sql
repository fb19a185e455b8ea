{{ config(materialized='view') }}
{{ mapped_log('leads') }}
