SELECT event_id, content_no, content.title, user_id, seconds, source.* FROM input
