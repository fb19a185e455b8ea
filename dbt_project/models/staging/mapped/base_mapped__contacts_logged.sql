{{ config(materialized='view') }}
{{ mapped_log('contacts') }}
