-- Nothing of a disabled person is shown. The version before this one goes on with whom it disables or enables while both run.
update library.images set away_published_at = published_at, published_at = null
  where published_at is not null and account_id in (select id from accounts.people where disabled_at is not null);

-- First the image that each copy was made of, then step by step the one at the beginning.
update library.images set root_id = parent_id where parent_id is not null and recipe ? 'scale';
do $$
begin
  loop
    update library.images i set root_id = p.root_id from library.images p where p.id = i.root_id and p.root_id is not null;
    exit when not found;
  end loop;
end $$;

-- Whoever bought it back has it again.
update library.images i set sold_by = array_remove(p.sellers, i.account_id)
  from (select image_id, array_agg(distinct seller_id) as sellers from market.purchases where kind = 'exclusive' group by image_id) p
  where i.id = p.image_id;
