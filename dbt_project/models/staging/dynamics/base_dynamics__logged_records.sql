{{ config(materialized='view') }}
{{ logged_records('dynamics') }}
