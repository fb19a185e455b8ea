{{ config(materialized='view') }}
{{ mapped_log('users') }}
