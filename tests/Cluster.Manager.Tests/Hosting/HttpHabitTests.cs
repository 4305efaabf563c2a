using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>What HTTP clients expect of any server (RFC 9110, RFC 5789).</summary>
public sealed class HttpHabitTests(TestManager manager) : IClassFixture<TestManager>
{
    [Theory]
    [InlineData("/clusters/mail")]
    [InlineData("/clusters/mail/machines")]
    [InlineData("/clusters/nothing")]
    [InlineData("/healthz/ready")]
    [InlineData("/healthz/live")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/swagger/index.html")]
    public async Task Head_answers_as_get_does_but_without_a_body(string path)
    {
        var get = await manager.Rest.GetAsync(path);
        var head = await manager.Rest.SendAsync(HttpMethod.Head, path, null);

        head.Status.ShouldBe(get.Status);
        head.Bytes.ShouldBeEmpty();
        head.MediaType.ShouldBe(get.MediaType);
        head.Headers.GetValueOrDefault("ETag").ShouldBe(get.Headers.GetValueOrDefault("ETag"));
        head.Headers["Content-Length"].ShouldBe(get.Bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Head_with_the_known_tag_is_not_modified()
    {
        const string Path = "/clusters/mail/agent-settings";
        var tag = (await manager.Rest.PutAsync(Path, new JsonObject { ["identityLifetime"] = "30d" })).Headers["ETag"];

        var head = await manager.Rest.SendAsync(HttpMethod.Head, Path, null, ("If-None-Match", tag));

        head.Expect(304).Headers["ETag"].ShouldBe(tag);
    }

    [Theory]
    [InlineData("/clusters", "GET, HEAD, POST")]
    [InlineData("/clusters/mail", "DELETE, GET, HEAD, PATCH, PUT")]
    [InlineData("/clusters/mail/listeners/in", "DELETE, GET, HEAD, PATCH, PUT")]
    [InlineData("/clusters/mail/certificates/c/import", "POST")]
    [InlineData("/healthz/live", "GET, HEAD")]
    [InlineData("/openapi/v1.json", "GET, HEAD")]
    public async Task A_method_that_a_path_lacks_is_answered_with_all_that_it_has(string path, string allowed)
    {
        var answer = (await manager.Rest.SendAsync(HttpMethod.Parse("PURGE"), path, null)).Expect(405);

        answer.Code.ShouldBe("method-not-allowed");
        answer.Headers["Allow"].Replace(",", ", ", StringComparison.Ordinal).ShouldBe(allowed);
    }

    [Fact]
    public async Task A_media_type_that_is_not_read_is_answered_with_those_that_are()
    {
        var post = await SendAsync(HttpMethod.Post, "/clusters", "name: x", "application/yaml");
        post.Expect(415).Headers["Accept"].ShouldBe("application/json");
        ((string)post.Json["detail"]!).ShouldContain("application/json");
        post.Headers.ContainsKey("Accept-Patch").ShouldBeFalse();

        var patch = await SendAsync(HttpMethod.Patch, "/clusters/mail", "[]", "application/json-patch+json");
        patch.Expect(415).Headers["Accept-Patch"].ShouldBe("application/merge-patch+json, application/json");
        patch.Headers["Accept"].ShouldBe("application/merge-patch+json, application/json");
        ((string)patch.Json["detail"]!).ShouldContain("application/merge-patch+json");

        var import = await SendAsync(HttpMethod.Post, "/clusters/mail/certificates/c/import", "x", "image/png");
        import.Expect(415).Headers["Accept"].ShouldContain("multipart/form-data");
        ((string)import.Json["detail"]!).ShouldContain("multipart/form-data");
    }

    [Fact]
    public async Task A_media_type_that_is_not_read_says_nothing_to_who_has_no_token()
    {
        using var nobody = manager.RestWith(null);
        using var content = new StringContent("x", Encoding.UTF8, "text/plain");

        (await nobody.SendAsync(HttpMethod.Post, "/clusters", content)).Expect(401);
    }

    [Fact]
    public async Task A_body_with_a_content_coding_is_answered_with_the_one_that_is_read()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");

        var answer = (await manager.Rest.SendAsync(HttpMethod.Post, "/clusters", content)).Expect(415);

        answer.Headers["Accept-Encoding"].ShouldBe("identity");
        ((string)answer.Json["detail"]!).ShouldContain("Content-Encoding");
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\nAAAA")]
    [InlineData("--x\r\n\r\nAAAA\r\n--x--\r\n")]
    public async Task A_form_that_breaks_off_is_refused(string body)
    {
        foreach (var path in (string[])["/inspect", "/clusters/mail/certificates/c/import", "/clusters/mail/trusted-authorities/a/import"])
        {
            var answer = await SendAsync(HttpMethod.Post, path, body, "multipart/form-data; boundary=x");
            (answer.Status, answer.Code).ShouldBe((400, "not-multipart"), path);
        }
    }

    [Theory]
    [InlineData("/clusters/mail/address-lists/%2e%2e")]
    [InlineData("/clusters/mail/address-lists/%2E./groups/main")]
    [InlineData("/clusters/mail/address-lists/.%2e")]
    public async Task An_escaped_dot_segment_does_not_reach_the_resource_above(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
        var address = new Uri(
            $"{manager.RestAddress.GetLeftPart(UriPartial.Authority)}/api/v1{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Delete, address);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("malformed-request");
    }

    [Fact]
    public async Task A_patch_sent_as_plain_json_is_a_merge_patch()
    {
        var answer = await SendAsync(HttpMethod.Patch, "/clusters/mail", """{"name":"mail"}""", "application/json");

        ((string?)answer.Expect(200).Json["name"]).ShouldBe("mail");
    }

    [Fact]
    public async Task Json_with_a_byte_order_mark_is_read()
    {
        using var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. """{"name":"marked"}"""u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await manager.Rest.SendAsync(HttpMethod.Post, "/clusters", content)).Expect(201);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task What_is_too_long_is_a_problem_in_both_versions_of_http(string version)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator
        };
        using var client = new HttpClient(handler)
        {
            BaseAddress = manager.RestAddress,
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var target = await client.GetAsync(
            new Uri("/healthz/live?" + new string('x', 9000), UriKind.Relative), TestContext.Current.CancellationToken);
        await CheckAsync(target, HttpStatusCode.RequestUriTooLong, "uri-too-long");

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/healthz/live", UriKind.Relative));
        request.Version = Version.Parse(version);
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        for (var i = 0; i < 70; i++) request.Headers.Add($"X-Header-{i}", "value");
        using var headers = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await CheckAsync(headers, HttpStatusCode.RequestHeaderFieldsTooLarge, "headers-too-large");
    }

    private static async Task CheckAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        ((string?)problem["code"]).ShouldBe(code);
    }

    private async Task<RestAnswer> SendAsync(HttpMethod method, string path, string body, string mediaType)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return await manager.Rest.SendAsync(method, path, content);
    }
}
