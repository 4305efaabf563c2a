using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.OpenApi;

public sealed class OpenApiDocumentTests(TestManager manager) : IClassFixture<TestManager>
{
    private const string Update = "CLUSTER_UPDATE_SNAPSHOTS";

    [Fact]
    public async Task The_committed_document_is_what_the_host_serves()
    {
        using var rest = manager.RestWith(null);
        var served = (await rest.GetAsync("/openapi/v1.json")).Expect(200).Text.TrimEnd() + "\n";
        var file = Path.GetFullPath(Path.Combine(Here(), "../../../docs/openapi/v1.json"));
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(file, served, TestContext.Current.CancellationToken);

        var committed = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        (committed == served).ShouldBeTrue(
            $"docs/openapi/v1.json is not what the host serves; look at the difference and run this test with {Update}=1 to take it over.");
    }

    [Fact]
    public async Task Every_operation_has_an_id_a_summary_a_role_and_the_errors_that_it_can_answer_with()
    {
        var operations = await ApiOperation.AllAsync(manager);

        operations.Count.ShouldBeGreaterThan(90);
        operations.Select(o => o.Id).ShouldBeUnique();
        foreach (var operation in operations)
        {
            operation.Id.ShouldMatch("^[a-z][A-Za-z0-9]+$");
            ((string?)operation.Json["summary"]).ShouldNotBeNullOrEmpty(operation.Id);
            ((string?)operation.Json["description"]).ShouldNotBeNullOrEmpty(operation.Id);
            operation.Role.ShouldBeOneOf("viewer", "operator", "admin", "owner", "export-keys");
            var responses = operation.Json["responses"]!.AsObject();
            responses.Any(r => r.Key.StartsWith('2')).ShouldBeTrue(operation.Id);
            string[] expected = ["401", "403", "404", "429", "500", "503", "default"];
            foreach (var status in expected)
                ((string?)responses[status]?["content"]?["application/problem+json"]?["schema"]?["$ref"]).ShouldBe(
                    "#/components/schemas/Problem", $"{operation.Id} {status}");
            if (operation.MediaTypes.Count > 0) responses.ContainsKey("413").ShouldBeTrue(operation.Id);
            operation.Route.ShouldBe(
                operation.Path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}')), ignoreOrder: true, operation.Id);
        }
    }

    [Fact]
    public async Task Every_tag_is_described_and_what_the_server_answers_by_itself_is_named()
    {
        using var rest = manager.RestWith(null);
        var document = (await rest.GetAsync("/openapi/v1.json")).Expect(200).Json;

        var described = document["tags"]!.AsArray().Where(t => ((string?)t!["description"])?.Length > 20).Select(t => (string)t!["name"]!);
        var used = (await ApiOperation.AllAsync(manager)).SelectMany(o => o.Json["tags"]!.AsArray()).Select(t => (string)t!).Distinct();
        described.ShouldBe(used, ignoreOrder: true);
        var refusal = (string)document["components"]!["responses"]!["ServerRefusal"]!["description"]!;
        foreach (var status in new[] { "400", "405", "408", "411", "414", "431", "505" }) refusal.ShouldContain(status);
    }

    [Fact]
    public async Task A_parameter_that_operations_share_stands_in_the_document_once()
    {
        using var rest = manager.RestWith(null);
        var document = (await rest.GetAsync("/openapi/v1.json")).Expect(200);

        var parameters = document.Json["components"]!["parameters"]!.AsObject();
        parameters.ContainsKey("pageSize").ShouldBeTrue();
        parameters.ContainsKey("If-Match").ShouldBeTrue();
        var operations = await ApiOperation.AllAsync(manager);
        (document.Text.Split('\n').Length / operations.Count).ShouldBeLessThan(130, "lines for each operation");
    }

    [Fact]
    public async Task A_patch_need_hold_no_member_and_says_which_ones_null_removes()
    {
        using var rest = manager.RestWith(null);
        var schemas = (await rest.GetAsync("/openapi/v1.json")).Expect(200).Json["components"]!["schemas"]!.AsObject();
        var patches = (await ApiOperation.AllAsync(manager)).Where(o => o.Method == HttpMethod.Patch).ToList();

        patches.Count.ShouldBeGreaterThan(10);
        foreach (var patch in patches)
        {
            var schema = SchemaOf(patch.Json["requestBody"]!["content"]!["application/merge-patch+json"]!["schema"]!, schemas);
            schema["properties"]!.AsObject().Count.ShouldBeGreaterThan(0, patch.Id);
            schema.AsObject().ContainsKey("required").ShouldBeFalse(patch.Id);
        }

        schemas["Listener"]!["required"]!.AsArray().Count.ShouldBeGreaterThan(0, "a whole document still needs its members");
        var listener = schemas["ListenerPatch"]!["properties"]!;
        listener["interface"]!["type"]!.AsArray().Select(t => (string)t!).ShouldBe(["null", "string"], ignoreOrder: true);
        ((string)listener["port"]!["type"]!).ShouldBe("integer", "what must be there cannot be removed");
        schemas["Listener"]!["properties"]!["interface"]!["type"]!.GetValueKind().ShouldBe(System.Text.Json.JsonValueKind.String);
    }

    [Fact]
    public async Task Only_what_only_reads_is_open_to_viewers()
    {
        foreach (var operation in await ApiOperation.AllAsync(manager))
        {
            if (operation.Method != HttpMethod.Get
                && operation.Id != "inspect"
                && !operation.Id.StartsWith("inspect", StringComparison.Ordinal)
                && !operation.Id.StartsWith("validate", StringComparison.Ordinal))
                operation.Role.ShouldNotBe("viewer", operation.Id);
        }
    }

    [Fact]
    public async Task Swagger_ui_comes_from_this_host_alone()
    {
        using var rest = manager.RestWith(null);
        var page = (await rest.GetAsync("/swagger/index.html")).Expect(200).Text;

        page.ShouldNotContain("http://");
        page.ShouldNotContain("https://");
        (await rest.GetAsync("/swagger/swagger-ui-bundle.js")).Expect(200);
    }

    private static JsonNode SchemaOf(JsonNode schema, JsonObject schemas) =>
        (string?)schema["$ref"] is { } reference ? schemas[reference.Split('/')[^1]]! : schema;

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
