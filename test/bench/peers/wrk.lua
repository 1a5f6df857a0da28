-- SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
-- wrk's requests: a browser's headers, 607 bytes each; and its result as JSON.
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
wrk.headers["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
wrk.headers["Accept-Language"] = "en-GB,en;q=0.9"
wrk.headers["Accept-Encoding"] = "gzip, deflate, br"
wrk.headers["Referer"] = "https://www.example.com/shop/items/1234?page=2&sort=price"
wrk.headers["X-Request-Id"] = "4f9a1c2e-77aa-4000-8000-0123456789ab"
wrk.headers["Cookie"] = "session=0123456789abcdef0123456789abcdef; theme=light; consent=1"
wrk.headers["Connection"] = "keep-alive"
wrk.headers["Cache-Control"] = "max-age=0"

done = function(summary, latency, requests)
	print(string.format('{"requests":%d,"bytes":%d,"seconds":%f}', summary.requests, summary.bytes, summary.duration / 1e6))
end
