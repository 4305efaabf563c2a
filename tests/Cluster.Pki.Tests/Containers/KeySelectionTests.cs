using System.Text;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

public sealed class KeySelectionTests : IDisposable
{
    private readonly TestCa _ca = new();
    private readonly PrivateKeyMaterial _one = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly PrivateKeyMaterial _two = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    [Fact]
    public void The_only_key_with_a_certificate_is_taken() =>
        Select(_one.ExportPem() + _two.ExportPem() + Leaf(_two)).Value.ShouldNotBeNull().PublicKeySha256.ShouldBe(_two.PublicKeySha256);

    [Fact]
    public void Several_keys_need_a_choice()
    {
        var text = _one.ExportPem() + _two.ExportPem() + Leaf(_one) + Leaf(_two);
        var error = Select(text).Error.ShouldNotBeNull();
        error.Code.ShouldBe(KeySelection.ChooseKey);
        error.Hint.ShouldContain(_one.PublicKeySha256);
        Select(text, _one.PublicKeySha256).Value.ShouldNotBeNull().PublicKeySha256.ShouldBe(_one.PublicKeySha256);
        Select(text, "00").Error.ShouldNotBeNull().Code.ShouldBe(KeySelection.KeyNotFound);
    }

    [Fact]
    public void A_missing_key_and_a_missing_certificate_are_different()
    {
        Select(Leaf(_one)).Error.ShouldNotBeNull().Code.ShouldBe(KeySelection.NoPrivateKey);
        Select(_one.ExportPem() + Leaf(_two)).Error.ShouldNotBeNull().Code.ShouldBe(KeySelection.NoCertificateForKey);
    }

    public void Dispose()
    {
        _ca.Dispose();
        _one.Dispose();
        _two.Dispose();
    }

    private string Leaf(PrivateKeyMaterial key) => _ca.IssueFor(key.Public, "a.example.org").ToPem();

    private static PkiResult<PrivateKeyMaterial> Select(string text, string? choice = null) =>
        KeySelection.Select(CertificateReader.Read(Encoding.ASCII.GetBytes(text)), choice);
}
