{{ config(materialized='view') }}
{{ logged_records('vtiger') }}
