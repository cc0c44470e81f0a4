"""The profile of a search comes from the manifests, and a search never waits for them."""

from __future__ import annotations

import pytest

from libs.common.errors import DependencyUnavailable, InvalidRequest, NotFound
from libs.common.manifest import Manifest, ModelChain, ModelLink, Policy, Profile, Prompt, Tenant
from libs.common.manifest_watch import Bundle
from services.retrieval.profiles import DEFAULT_ID, Profiles


class Bundles:
    """Current manifests that a test sets; `away` is a config service that was never heard."""

    def __init__(self) -> None:
        self.by_tenant: dict[str, Bundle] = {}
        self.away = False

    @property
    def ready(self) -> bool:
        return not self.away

    def bundle(self, tenant_id: str) -> Bundle:
        if self.away:
            raise DependencyUnavailable("not yet")
        if tenant_id not in self.by_tenant:
            raise NotFound
        return self.by_tenant[tenant_id]

    def set(self, tenant: str, profile_id: str, profile: Profile) -> None:
        manifest = Manifest(
            tenant_id=tenant,
            model_version="m",
            prompt_version="p",
            policy_version="o",
            retrieval_profile=profile_id,
            index_version="main",
            models=ModelChain(chain=(ModelLink(kind="extractive"),)),
            prompt=Prompt(system="s", user="u"),
            policy=Policy(),
            profile=profile,
        )
        owner = Tenant(tenant_id=tenant, name=tenant)
        self.by_tenant[tenant] = Bundle(manifest.manifest_id, manifest, owner, "dev", "1")


@pytest.fixture
def bundles() -> Bundles:
    bundles = Bundles()
    bundles.set("acme", "wide-1", Profile(k=20))
    return bundles


def test_a_tenants_current_profile_is_used_where_none_is_asked_for(bundles: Bundles) -> None:
    chosen = Profiles(bundles).choose("acme", "")
    assert (chosen.id, chosen.profile.k, chosen.assumed) == ("wide-1", 20, False)


def test_the_current_profile_can_be_asked_for_by_its_id(bundles: Bundles) -> None:
    assert Profiles(bundles).choose("acme", "wide-1").profile.k == 20


def test_an_unknown_profile_is_the_callers_mistake(bundles: Bundles) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Profiles(bundles).choose("acme", "nonsense")
    assert caught.value.field == "profile"


def test_another_tenants_profile_is_unknown(bundles: Bundles) -> None:
    profiles = Profiles(bundles)
    bundles.set("globex", "narrow-1", Profile(k=2))
    profiles.choose("globex", "narrow-1")
    with pytest.raises(InvalidRequest):
        profiles.choose("acme", "narrow-1")


def test_a_tenant_without_a_manifest_gets_the_built_in_profile(bundles: Bundles) -> None:
    chosen = Profiles(bundles).choose("newcomer", "")
    assert (chosen.id, chosen.profile) == (DEFAULT_ID, Profile())
    assert Profiles(bundles).choose("newcomer", DEFAULT_ID) == chosen


def test_answers_under_the_previous_manifest_can_be_finished(bundles: Bundles) -> None:
    profiles = Profiles(bundles)
    profiles.choose("acme", "")
    bundles.set("acme", "wide-2", Profile(k=30))
    assert profiles.choose("acme", "").id == "wide-2"
    assert profiles.choose("acme", "wide-1").profile.k == 20


def test_while_config_was_never_heard_any_profile_is_replaced_and_that_is_said(bundles: Bundles) -> None:
    bundles.away = True
    chosen = Profiles(bundles).choose("acme", "wide-1")
    assert (chosen.id, chosen.profile, chosen.assumed) == (DEFAULT_ID, Profile(), True)
    assert not Profiles(bundles).choose("acme", "").assumed
