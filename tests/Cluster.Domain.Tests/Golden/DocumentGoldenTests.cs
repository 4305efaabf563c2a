using System.Text;
using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Domain.Settings;
using Cluster.Testing.Golden;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Golden;

/// <summary>Documents are stored, hashed and sent by their canonical bytes: an older document must read the same for ever.</summary>
public sealed class DocumentGoldenTests
{
    public static TheoryData<string> Kinds => [.. KindRegistry.All.Select(k => k.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_document_with_every_member_is_read_and_keeps_its_canonical_form(string kind)
    {
        var golden = Document(kind);
        var element = Make.Json(golden.Text);

        var (value, errors) = KindRegistry.Get(kind).ReadShape(element);

        errors.ShouldBeEmpty();
        value.ShouldNotBeNull();
        golden.ShouldBe(CanonicalJson.ToText(element));
        var written = JsonSerializer.SerializeToElement(value, ContractsJson.Default.GetTypeInfo(value.GetType())!);
        CanonicalJson.ToText(written).ShouldBe(CanonicalJson.ToText(element), "what was read says everything that was written");
        MembersOf(value.GetType())
            .Except(element.EnumerateObject().Select(m => m.Name))
            .ShouldBeEmpty("the golden document uses every member");
    }

    [Fact]
    public void Documents_keep_their_hashes()
    {
        var lines = KindRegistry.All.Select(k => k.Kind).Order(StringComparer.Ordinal)
            .Select(kind => $"{CanonicalJson.Sha256(CanonicalJson.ToText(Make.Json(Document(kind).Text)))}  {kind}");

        GoldenFile.Of("Cluster.Domain.Tests", "documents.sha256").ShouldBe(string.Join('\n', lines));
    }

    [Fact]
    public void Canonical_JSON_is_that_of_RFC_8785()
    {
        // The example of RFC 8785, section 3.2.2 and 3.2.3.
        const string Input = """
            { "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false] }
            """;

        Encoding.UTF8.GetString(CanonicalJson.ToBytes(Make.Json(Input)))
            .ShouldBe(
                """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");
    }

    private static GoldenFile Document(string kind) => GoldenFile.Of("Cluster.Domain.Tests", $"documents/{kind}.json");

    private static IEnumerable<string> MembersOf(Type type) => ContractsJson.Default.GetTypeInfo(type)!.Properties.Select(p => p.Name);
}
