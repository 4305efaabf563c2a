using System.Net.Http.Headers;
using System.Text;
using Cluster.Client.Certificates;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Containers;
using Cluster.Pki.Requests;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

public sealed class RenewalTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new();
    private readonly CertificateApi api = new(manager);

    private CertificatesClient Certificates => manager.Cluster.Certificates;

    [Fact]
    public async Task A_created_certificate_is_self_signed_with_a_request_for_the_same_key()
    {
        var (created, receipt) = await Certificates.MakeAsync("made", "mx.example.org");

        created.Version.ShouldBe(1);
        created.Source.ShouldBe(CertificateSource.SelfSigned);
        created.SigningRequest.ShouldBe(SigningRequestPresence.Open);
        created.HasPrivateKey.ShouldBe(true);
        created.Codes().ShouldContain("self-signed");
        receipt.Revision.ShouldNotBeNull();
        var request = SigningRequests.Read(Encoding.ASCII.GetBytes(await api.Request("made"))).Value.ShouldNotBeNull();
        request.PublicKey.Sha256.ShouldBe(created.PublicKeySha256);
        request.DnsNames.ShouldBe(["mx.example.org"]);
        await Certificates.MakeAsync("made", "mx.example.org").ShouldBeRefused(ProblemCodes.NameTaken);
    }

    [Fact]
    public async Task A_signed_certificate_in_any_order_becomes_the_version_that_is_served()
    {
        await Certificates.MakeAsync("signed", "mx.example.org");
        var leaf = ca.Sign(await Certificates.RequestPemAsync("signed"));
        var (uploaded, receipt) = await Certificates.UploadPemAsync(
            "signed", ca.Root.ToPem() + ca.Intermediate.ToPem() + leaf.ToPem() + ca.Intermediate.ToPem());

        receipt.Created.ShouldBeFalse();
        uploaded.Version.ShouldBe(2);
        uploaded.Source.ShouldBe(CertificateSource.Signed);
        uploaded.SigningRequest.ShouldBe(SigningRequestPresence.None);
        uploaded.Chain.ShouldNotBeNull().ShouldHaveSingleItem().Sha256.ShouldBe(ca.Intermediate.Sha256);
        uploaded.Codes().ShouldBe(["untrusted-chain", "duplicate-certificate", "misordered-chain", "root-dropped"], ignoreOrder: true);

        var again = await Certificates.UploadPemAsync("signed", ca.PemFor(leaf));
        again.Value.Version.ShouldBe(2);
        again.Receipt.Revision.ShouldBe(receipt.Revision.ShouldNotBeNull());
        (await Certificates.GetChainAsync("signed")).ShouldBe(ca.PemFor(leaf));
        (await manager.Rest.GetAsync(At("certificates/signed/chain"))).Expect(200).Text.ShouldBe(ca.PemFor(leaf));
        (await manager.Rest.GetAsync(At("certificates/signed/chain"), ("Accept", "application/pkcs7-mime")))
            .Expect(200).MediaType
            .ShouldBe("application/pkcs7-mime");
        (await manager.Rest.GetAsync(At("certificates/signed/chain"), ("Accept", "image/png"))).Status.ShouldBe(406);
    }

    [Fact]
    public async Task Of_cross_signed_alternatives_the_one_that_the_cluster_trusts_is_served()
    {
        using var trusted = new TestCa("Trusted");
        using var foreign = new TestCa("Foreign");
        var cross = foreign.CrossSign(trusted);
        var authorities = manager.Cluster.Settings<TrustedAuthority>();
        await authorities.PutAsync("trusted", new TrustedAuthority { Certificates = trusted.Root.ToPem() });
        await Certificates.MakeAsync("cross", "mx.example.org");
        var leaf = trusted.Sign(await Certificates.RequestPemAsync("cross"));
        var all = foreign.Root.ToPem() + cross.ToPem() + leaf.ToPem() + trusted.Intermediate.ToPem() + trusted.Root.ToPem();
        var uploaded = (await Certificates.UploadPemAsync("cross", all)).Value;
        uploaded.Chain.ShouldNotBeNull().ShouldHaveSingleItem().Sha256.ShouldBe(trusted.Intermediate.Sha256);
        uploaded.Codes().ShouldNotContain("untrusted-chain");
        await authorities.DeleteAsync("trusted");
    }

    [Fact]
    public async Task An_issuer_in_the_middle_is_taken_from_other_certificates()
    {
        using var upper = new TestCa("Upper");
        using var lower = new TestCa("Lower");
        var middle = upper.CrossSignRoot(lower);
        await Certificates.MakeAsync("deep-one", "mx.example.org");
        var one = lower.Sign(await Certificates.RequestPemAsync("deep-one"));
        await Certificates.UploadPemAsync("deep-one", lower.PemFor(one) + middle.ToPem());
        await Certificates.MakeAsync("deep-two", "mx.example.org");
        var two = lower.Sign(await Certificates.RequestPemAsync("deep-two"));
        var uploaded = (await Certificates.UploadPemAsync("deep-two", lower.PemFor(two))).Value;
        uploaded.Chain!.Select(c => c.Sha256).ShouldBe([lower.Intermediate.Sha256, middle.Sha256]);
        uploaded.Codes().ShouldContain("completed-chain");
    }

    [Fact]
    public async Task A_certificate_of_the_trusted_root_itself_misses_nothing()
    {
        using var own = new TestCa("Own");
        var authorities = manager.Cluster.Settings<TrustedAuthority>();
        await authorities.PutAsync("direct", new TrustedAuthority { Certificates = own.Root.ToPem() });
        await Certificates.MakeAsync("direct", "mx.example.org");
        var signed = own.SignByRoot(await Certificates.RequestPemAsync("direct")).ToPem();
        (await Certificates.UploadPemAsync("direct", signed)).Value.Codes().ShouldBeEmpty();
        (await Certificates.GetAsync("direct")).Value.Codes().ShouldBeEmpty();
        await authorities.DeleteAsync("direct");
    }

    [Fact]
    public async Task A_certificate_of_another_key_says_where_it_fits_and_changes_nothing()
    {
        await Certificates.MakeAsync("right", "mx.example.org");
        await Certificates.MakeAsync("wrong", "mx.example.org");
        var leaf = ca.Sign(await Certificates.RequestPemAsync("right"));
        var refused = await Certificates.UploadPemAsync("wrong", ca.PemFor(leaf)).ShouldBeRefused(ProblemCodes.KeyUnknown);

        refused.Status.ShouldBe(422);
        refused.Fits.ShouldNotBeNull().ShouldHaveSingleItem().ShouldBe(new FittingCertificate("right", "cluster"));
        (await Certificates.GetAsync("wrong")).Value.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Der_json_and_pkcs7_are_taken_as_well()
    {
        await Certificates.MakeAsync("forms", "mx.example.org");
        var request = await Certificates.RequestPemAsync("forms");
        var (one, two, three) = (ca.Sign(request), ca.Sign(request), ca.Sign(request));
        var der = new ByteArrayContent(one.Der.ToArray())
        {
            Headers = { ContentType = MediaTypeHeaderValue.Parse("application/pkix-cert") }
        };
        var first = (await manager.Rest.SendAsync(HttpMethod.Put, At("certificates/forms/signed-certificate"), der)).Expect(200);
        first.Json["findings"]!.AsArray().Select(f => (string?)f!["code"]).ShouldContain("missing-intermediate");

        var json = new SignedCertificateUpload
        {
            Data = Convert.ToBase64String(two.Der.Span),
            Intermediates = [ca.Intermediate.ToPem()],
        };
        (await Certificates.UploadSignedAsync("forms", json)).Value.Chain!.Count.ShouldBe(1);
        var pkcs7 = new ByteArrayContent(
            CertificateWriter.Pkcs7([ca.Intermediate, three]))
            {
                Headers = { ContentType = MediaTypeHeaderValue.Parse("application/pkcs7-mime") }
            };
        ((string?)(await manager.Rest.SendAsync(
            HttpMethod.Put, At("certificates/forms/signed-certificate"), pkcs7)).Expect(200).Json["sha256"]).ShouldBe(three.Sha256);
    }

    [Fact]
    public async Task A_missing_intermediate_is_taken_from_another_chain()
    {
        await Certificates.MakeAsync("donor", "a.example.org");
        await Certificates.UploadPemAsync("donor", ca.PemFor(ca.Sign(await Certificates.RequestPemAsync("donor"))));
        await Certificates.MakeAsync("taker", "b.example.org");
        var taken = await Certificates.UploadPemAsync("taker", ca.Sign(await Certificates.RequestPemAsync("taker")).ToPem());
        taken.Value.Chain!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_renewal_keeps_the_old_version_serving_until_it_is_signed()
    {
        await Certificates.MakeAsync("renewed", "mx.example.org");
        var before = (await Certificates.GetAsync("renewed")).Value;
        var opened = await Certificates.OpenSigningRequestAsync(
            "renewed", new SigningRequestOpen { Key = RenewalKey.New, DnsNames = ["mx.example.org", "mx2.example.org"] });
        opened.Receipt.Created.ShouldBeTrue();
        opened.Value.PublicKeySha256.ShouldNotBe(before.PublicKeySha256);
        (await Certificates.GetAsync("renewed")).Value.Version.ShouldBe(1);

        var signed = (await Certificates.UploadPemAsync("renewed", ca.PemFor(ca.Sign(opened.Value.Pem!)))).Value;
        signed.PublicKeySha256.ShouldBe(opened.Value.PublicKeySha256);
        signed.DnsNames!.Count.ShouldBe(2);
        signed.SigningRequest.ShouldBe(SigningRequestPresence.Open);

        var same = await Certificates.OpenSigningRequestAsync("renewed", new SigningRequestOpen { Key = RenewalKey.Same });
        same.Receipt.Created.ShouldBeTrue();
        same.Value.PublicKeySha256.ShouldBe(signed.PublicKeySha256);
    }

    [Fact]
    public async Task A_request_survives_the_change_set_in_which_it_was_made()
    {
        var set = (await manager.Cluster.ChangeSets.OpenAsync("try")).Value.Id;
        var staged = await manager.Cluster.InChangeSet(set).Certificates.MakeAsync("staged", "mx.example.org");
        staged.Receipt.ChangeSet.ShouldBe(set);
        await Certificates.GetAsync("staged").ShouldBeRefused(ProblemCodes.NotFound);
        await manager.Cluster.ChangeSets.AbandonAsync(set);

        var pem = await api.Request("staged");
        var der = (await manager.Rest.GetAsync(At("certificates/staged/signing-request"), ("Accept", "application/pkcs10"))).Expect(200);
        der.MediaType.ShouldBe("application/pkcs10");
        SigningRequests.Read(der.Bytes).Value.ShouldNotBeNull().ToPem().ShouldBe(pem);

        var uploaded = await Certificates.UploadPemAsync("staged", ca.PemFor(ca.Sign(await Certificates.RequestPemAsync("staged"))));
        uploaded.Receipt.Created.ShouldBeTrue();
        uploaded.Value.Version.ShouldBe(2);
    }

    [Fact]
    public async Task Cancelling_a_request_destroys_a_key_that_no_version_has()
    {
        await Certificates.MakeAsync("cancel", "mx.example.org");
        var opened = (await Certificates.OpenSigningRequestAsync("cancel", new SigningRequestOpen())).Value;
        var leaf = ca.Sign(opened.Pem!);
        await manager.Cluster.SigningRequests.CancelAsync(opened.Id!.Value);
        (await manager.Cluster.SigningRequests.GetAsync(opened.Id.Value)).Value.State.ShouldBe(SigningRequestState.Cancelled);
        await Certificates.UploadPemAsync("cancel", ca.PemFor(leaf)).ShouldBeRefused(ProblemCodes.KeyUnknown);
    }

    [Fact]
    public async Task A_dry_run_makes_neither_key_nor_version()
    {
        var tried = (await Certificates.MakeAsync("dry", "mx.example.org", new() { DryRun = true })).Value;
        tried.PublicKeySha256.ShouldBeNull();
        tried.Version.ShouldBeNull();
        await Certificates.GetAsync("dry").ShouldBeRefused(ProblemCodes.NotFound);
        await Certificates.GetSigningRequestAsync("dry").ShouldBeRefused(ProblemCodes.NotFound);
        await Certificates.MakeAsync("dry", "not a name", new() { DryRun = true }).ShouldBeRefused(ProblemCodes.InvalidDocument);
    }

    [Fact]
    public async Task A_pkcs12_without_a_key_is_taken_as_well()
    {
        await Certificates.MakeAsync("p12", "mx.example.org");
        using var other = new OtherSoftware();
        var leaf = ca.Sign(await Certificates.RequestPemAsync("p12"));
        other.Write("chain.pem", Encoding.ASCII.GetBytes(ca.Intermediate.ToPem() + leaf.ToPem()));
        await other.Run(
            "openssl pkcs12 -export -nokeys -in chain.pem -passout pass:secret -out locked.p12 && openssl pkcs12 -export -nokeys -in "
                + "chain.pem -passout pass: -out open.p12 && openssl crl2pkcs7 -nocrl -certfile chain.pem -out chain.p7b");

        var json = new SignedCertificateUpload { Data = Convert.ToBase64String(other.Read("locked.p12")) };
        await Certificates.UploadSignedAsync("p12", json).ShouldBeRefused(ProblemCodes.MissingPassword);
        var taken = (await Certificates.UploadSignedAsync("p12", json with { Password = "secret" })).Value;
        (taken.Version, taken.Chain!.Count).ShouldBe((2, 1));
        foreach (var (file, type) in (IReadOnlyList<(string, string)>)[
            ("open.p12", "application/x-pkcs12"),
            ("chain.p7b", "application/x-pkcs7-certificates"),
            ("chain.pem", "application/pem-certificate-chain")
        ])
        {
            var body = new ByteArrayContent(other.Read(file)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
            (await manager.Rest.SendAsync(HttpMethod.Put, At("certificates/p12/signed-certificate"), body)).Expect(200).Json["version"]!
                .GetValue<int>()
                .ShouldBe(2);
        }
    }

    [Fact]
    public async Task More_names_than_fit_a_request_are_refused_before_a_key_is_made()
    {
        var asked = new CertificateCreate { Name = "many", DnsNames = Names(1_000), Key = new() { Algorithm = NewKeyAlgorithm.Ec } };
        var refused = await Certificates.CreateAsync(asked).ShouldBeRefused(ProblemCodes.InvalidDocument);
        (refused.Status, refused.Errors[0].Code).ShouldBe((422, "too-many-names"));
        asked = asked with { DnsNames = Names(500), Key = new() { Algorithm = NewKeyAlgorithm.Rsa, Size = 4096 } };
        (await Certificates.CreateAsync(asked)).Value.DnsNames!.Count.ShouldBe(500);

        static IReadOnlyList<string> Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"mx{i}.example.org")];
    }

    [Fact]
    public async Task Everything_wrong_with_a_request_is_told_at_once()
    {
        var asked = new CertificateCreate
        {
            Name = "wrong",
            DnsNames = ["a b"],
            Key = new() { Algorithm = NewKeyAlgorithm.Ec },
            Subject = new() { Country = "Schweiz" },
        };
        var refused = await Certificates.CreateAsync(asked).ShouldBeRefused(ProblemCodes.InvalidDocument);
        refused.Errors.Select(e => e.Pointer).ShouldBe(["/dnsNames/0", "/subject/country"]);
    }

    public void Dispose() => ca.Dispose();
}
