SELECT
  order_id,
  user_id,
  content_id,
  lower(trim(channel)) AS channel,
  quantity,
  amount,
  source.*
FROM input
