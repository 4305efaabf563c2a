using System.Diagnostics.CodeAnalysis;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Settings;

/// <summary>How a kind appears in REST.</summary>
/// <param name="Kind">The kind: path segment and tag.</param>
/// <param name="Singular">Ends the operation ids of one object, for example <c>getListener</c>.</param>
/// <param name="Words">What an object of it is called in sentences.</param>
internal abstract record SettingsKind(string Kind, string Singular, string Words)
{
    /// <summary>Whether there is one object a level.</summary>
    public bool IsSingleton => KindRegistry.Get(Kind).IsSingleton;

    /// <summary>Member that shows the name of a named object; default <c>name</c>.</summary>
    public string NameMember { get; init; } = "name";

    /// <summary>Largest body, in MiB; null = the limit of all operations.</summary>
    public int? BodyMebibytes { get; init; }

    /// <summary>The record of its documents.</summary>
    public abstract Type Document { get; }

    /// <summary>Path of one object under the cluster.</summary>
    public string Path => IsSingleton ? $"/{Kind}" : $"/{Kind}/{{{NameMember}}}";

    /// <summary>Plural of <see cref="Singular"/>.</summary>
    public string Plural => Singular.EndsWith('y') ? Singular[..^1] + "ies" : Singular + "s";

    /// <summary>The name in the path of a request; that of a singleton is fixed.</summary>
    public string NameOf(HttpContext context) => IsSingleton ? Kinds.SingletonName : (string)context.GetRouteValue(NameMember)!;

    /// <summary>Describes a body of the kind.</summary>
    public abstract RouteHandlerBuilder Body(RouteHandlerBuilder endpoint);

    /// <summary>Describes a patch of the kind.</summary>
    public abstract RouteHandlerBuilder Patch(RouteHandlerBuilder endpoint);

    /// <summary>Describes an answer of the kind.</summary>
    public abstract RouteHandlerBuilder Returns(RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK);

    /// <summary>Describes a page of the kind.</summary>
    public abstract RouteHandlerBuilder ReturnsPage(RouteHandlerBuilder endpoint);
}

/// <summary>A kind with the shape of its documents.</summary>
internal sealed record SettingsKind<T>(
    string Singular,
    string Words,
    [StringSyntax(StringSyntaxAttribute.Json)] string Example,
    [StringSyntax(StringSyntaxAttribute.Json)] string PatchExample) : SettingsKind(T.Kind, Singular, Words)
    where T : class, ISettingsDocument
{
    public override Type Document => typeof(T);

    public override RouteHandlerBuilder Body(RouteHandlerBuilder endpoint) => endpoint.Body<T>(Example);

    public override RouteHandlerBuilder Patch(RouteHandlerBuilder endpoint) => endpoint.Patch<T>(PatchExample);

    public override RouteHandlerBuilder Returns(RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK) =>
        endpoint.Returns<T>(status, Example);

    public override RouteHandlerBuilder ReturnsPage(RouteHandlerBuilder endpoint) => endpoint.Returns<Contracts.Paging.Page<T>>();
}
