#include "runtime/storage/s3/bucket.h"

#include "runtime/aws/timestamps.h"
#include "runtime/net/percent.h"
#include "runtime/storage/s3/documents.h"

namespace fanfold::s3 {

Result<BucketLook> look_at_bucket(Client& client, const std::string& bucket, const std::string& prefix) {
  Request request;
  request.bucket = bucket;
  request.query = "list-type=2&encoding-type=url&max-keys=1&prefix=" + percent_encode(prefix);
  request.attempt = fmt::format("list 's3://{}/{}'", bucket, prefix);
  FANFOLD_ASSIGN(const HttpOutcome outcome, client.send(request));
  if (const auto reply = parse_list_objects(outcome.body); !reply) {
    return make_error(reply.error().kind(), "cannot {}: the server's answer {}", request.attempt,
                      reply.error().message());
  }
  const HttpHeaders& headers = outcome.head.headers;
  return BucketLook{std::string(headers.value_or_empty("x-amz-bucket-region")),
                    aws::parse_http_date(headers.value_or_empty("date"))};
}

}  // namespace fanfold::s3
