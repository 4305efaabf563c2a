using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Contracts.Time;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Certificates.SigningRequests;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Makes a key, a self-signed certificate and an open signing request with the same names.</summary>
internal sealed class CreateCertificate(
    UnitRunner units,
    KeyMaking keys,
    SettingWrite write,
    CertificateVersionWriter versions,
    RequestRows requests,
    WrittenVersionResponse response)
{
    private const string Example = """{"name":"mx","subject":{"organization":"Example","country":"CH"},"dnsNames":["mx.example.org"],"key":{"algorithm":"rsa","size":2048},"validFor":"365d"}""";
    private static readonly TimeSpan MaximumLife = TimeSpan.FromDays(3650);

    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost("", (HttpContext context, CreateCertificate creation, TimeProvider clock) => creation.HandleAsync(context, clock))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "createCertificate",
            "Makes a key, a self-signed certificate and an open signing request.",
            "The key and the request are durable at once, also when the item is only staged; abandoning a change set keeps them.")
        .Body<CertificateCreate>(Example)
        .Returns<CertificateShape>(StatusCodes.Status201Created, CertificateResponse.Example)
        .LevelAndAcknowledge()
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context, TimeProvider clock)
    {
        var body = await context.ReadAsync(RestJson.Default.CertificateCreate);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var order = Read(body.Value, clock.GetUtcNow());
        if (!order.Succeeded) return Problem.Of(order.Failure);
        // A dry run makes no key: the same course is taken with a certificate for one that does not exist.
        if (context.IsDryRun()) return await WriteAsync(context, body.Value.Name, order.Value.Promise(), null);
        var made = await keys.MakeAsync(order.Value.Key, context.RequestAborted);
        if (!made.Succeeded) return Problem.Of(made.Failure);
        using var key = made.Value;
        return await WriteAsync(context, body.Value.Name, order.Value.SelfSign(key), order.Value.Request(key));
    }

    private async Task<IResult> WriteAsync(HttpContext context, string name, PreparedVersion content, SigningRequestInfo? signingRequest)
    {
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, SettingsKinds.Certificates, name, ct);
            if (ItemNames.Check(CertificateSettings.Kind, name, "/name") is { } wrong)
                throw new RefusedException(CommonFailures.Invalid(wrong));
            if (target.Current is not null) throw new RefusedException(CertificateFailures.Taken(name, target.Level.Name.ToString()));
            (await requests.Quotas.CheckRequestsAsync(db, target.ClusterId, 1, ct)).OrRefuse();
            if (signingRequest is not null) requests.Add(db, target.ClusterId, target.Level, name, signingRequest);
            var version = await versions.StoreAsync(target, "create", content, ct);
            var item = await write.StoreAsync(target, "create", [CertificateVersionWriter.PointTo(target, version.Row.Number)], ct);
            return await CertificateVersionWriter.ReadBackAsync(target, version, item, ct);
        });
        return response.Answer(context, written);
    }

    private static Outcome<Order> Read(CertificateCreate asked, DateTimeOffset now)
    {
        var key = KeyMaking.Read(asked.Key, "/key");
        if (!key.Succeeded) return key.Failure;
        var errors = new List<FieldError>();
        var life = DurationRules.Read(asked.ValidFor, TimeSpan.FromDays(1), MaximumLife, "/validFor", errors) ?? TimeSpan.FromDays(365);
        if (errors.Count > 0) return CommonFailures.Invalid(errors);
        var problems = RequestedNames.Check(SubjectShapes.Read(asked.Subject), asked.DnsNames, asked.IpAddresses, out var names);
        return names is null ? CertificateFailures.Names(problems) : new Order(names, key.Value, now, life);
    }

    private sealed record Order(RequestedNames Names, KeySpecification Key, DateTimeOffset From, TimeSpan Life)
    {
        public PreparedVersion SelfSign(PrivateKeyMaterial key) => Prepare(SelfSigned.Create(key, Names, From, Life), key);

        public PreparedVersion Promise() => Prepare(PromisedCertificate.Create(Key, Names, From, Life), null) with { Promised = true };

        public SigningRequestInfo Request(PrivateKeyMaterial key) => Pki.Requests.SigningRequests.Create(key, Names);

        private static PreparedVersion Prepare(CertificateInfo leaf, PrivateKeyMaterial? key) =>
            new(new NewVersion(CertificateSource.SelfSigned, leaf, []), key, null);
    }
}
