SELECT order_id, state, channel, user_id, amount, change_op = 'delete' AS is_deleted, log_segment, log_offset, log_row, source.* FROM input
